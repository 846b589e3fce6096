package org.espalier.experiments.picture;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;

/** Pictures pixel by pixel. */
public final class Raster {
    private static final int PAPER = Color.WHITE.getRGB();
    private static final int INK = Color.BLACK.getRGB();
    private static final int RULE = new Color(190, 210, 235).getRGB();

    private Raster() {}

    /**
     * A mask, each entry a square of {@code scale} pixels: black is kept. A pale line stands at the left of every band.
     *
     * @param kept {@code rows x columns}, row by row
     * @param band columns of a band
     */
    public static BufferedImage mask(boolean[] kept, int columns, int band, int scale) {
        int rows = kept.length / columns;
        BufferedImage image = new BufferedImage(columns * scale, rows * scale, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                boolean rule = x % (band * scale) == 0;
                image.setRGB(x, y, kept[y / scale * columns + x / scale] ? INK : rule ? RULE : PAPER);
            }
        }
        return image;
    }

    /** A grid of numbers from 0 up, each a square of {@code scale} pixels: white is 0, black the largest. */
    public static BufferedImage heat(List<Integer> values, int columns, int scale) {
        int rows = values.size() / columns;
        double largest = Math.max(1, values.stream().mapToInt(v -> v).max().orElse(1));
        BufferedImage image = new BufferedImage(columns * scale, rows * scale, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int grey = 255 - (int) Math.round(255 * values.get(y / scale * columns + x / scale) / largest);
                image.setRGB(x, y, new Color(grey, grey, grey).getRGB());
            }
        }
        return image;
    }
}
