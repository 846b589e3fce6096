package org.espalier.data.folder;

import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.IOException;
import org.espalier.data.Picture;

/**
 * From what javax.imageio decodes to pictures. The samples are taken as they stand, never through a colour space, which
 * would make them depend on the machine's profiles.
 */
final class Rasters {
    private Rasters() {}

    /**
     * Grey of one channel or RGB of three, without opacity: a view where the raster holds bytes, else a copy of the high
     * bytes.
     */
    static Picture picture(Raster raster) throws IOException {
        int bands = raster.getNumBands();
        if (bands > 4) {
            throw new IOException("an image of " + bands + " channels");
        }
        int channels = bands < 3 ? 1 : 3;
        if (raster.getDataBuffer() instanceof DataBufferByte bytes
                && raster.getSampleModel() instanceof PixelInterleavedSampleModel model
                && raster.getParent() == null && raster.getMinX() == 0 && raster.getMinY() == 0) {
            int[] offsets = model.getBandOffsets();
            int step = channels == 1 ? 0 : offsets[1] - offsets[0];
            if (channels == 1 || offsets[2] - offsets[1] == step) {
                return new Picture(bytes.getData(), bytes.getOffset() + offsets[0], channels, raster.getHeight(),
                        raster.getWidth(), step, model.getScanlineStride(), model.getPixelStride());
            }
        }
        int shift = raster.getSampleModel().getSampleSize(0) - 8;
        if (shift != 0 && shift != 8) {
            throw new IOException("an image of " + (shift + 8) + " bits a channel");
        }
        int height = raster.getHeight();
        int width = raster.getWidth();
        byte[] planes = new byte[channels * height * width];
        int[] row = new int[width];
        for (int c = 0; c < channels; c++) {
            for (int y = 0; y < height; y++) {
                raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, c, row);
                for (int x = 0; x < width; x++) {
                    planes[(c * height + y) * width + x] = (byte) (row[x] >> shift);
                }
            }
        }
        return Picture.planar(planes, 0, channels, height, width);
    }

    /** A palette's colours; grey of 1, 2 and 4 bits comes as such a palette too. */
    static Picture lookedUp(Raster raster, IndexColorModel palette) {
        int height = raster.getHeight();
        int width = raster.getWidth();
        byte[] planes = new byte[3 * height * width];
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            raster.getSamples(0, y, width, 1, 0, row);
            for (int x = 0; x < width; x++) {
                int rgb = row[x] < palette.getMapSize() ? palette.getRGB(row[x]) : 0;
                for (int c = 0; c < 3; c++) {
                    planes[(c * height + y) * width + x] = (byte) (rgb >> (16 - 8 * c));
                }
            }
        }
        return Picture.planar(planes, 0, 3, height, width);
    }

    /**
     * Four inks as RGB, as Pillow does it: Adobe's files hold 255 less ink, and a colour is what the black ink lets
     * through, less the share of its own ink.
     *
     * @param ycck whether the first three are a colour in YCbCr instead, of what the inks leave
     */
    static Picture inked(Raster raster, boolean ycck) throws IOException {
        if (raster.getNumBands() != 4) {
            throw new IOException("an image of " + raster.getNumBands() + " channels, expected 4");
        }
        int height = raster.getHeight();
        int width = raster.getWidth();
        byte[] planes = new byte[3 * height * width];
        int[] row = new int[4 * width];
        int[] inks = new int[3];
        for (int y = 0; y < height; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                if (ycck) {
                    fromYcc(row[4 * x], row[4 * x + 1] - 128, row[4 * x + 2] - 128, inks);
                } else {
                    for (int c = 0; c < 3; c++) {
                        inks[c] = 255 - row[4 * x + c];
                    }
                }
                int light = row[4 * x + 3];
                for (int c = 0; c < 3; c++) {
                    planes[(c * height + y) * width + x] = (byte) Math.max(0, light - share(inks[c], light));
                }
            }
        }
        return Picture.planar(planes, 0, 3, height, width);
    }

    /** {@code a * b / 255}, rounded. */
    private static int share(int a, int b) {
        int product = a * b + 128;
        return (product + (product >> 8)) >> 8;
    }

    /** JFIF's conversion with 16 fractional bits, as libjpeg rounds it. */
    private static void fromYcc(int y, int cb, int cr, int[] rgb) {
        rgb[0] = Math.clamp(y + ((91_881 * cr + 32_768) >> 16), 0, 255);
        rgb[1] = Math.clamp(y + ((-22_554 * cb - 46_802 * cr + 32_768) >> 16), 0, 255);
        rgb[2] = Math.clamp(y + ((116_130 * cb + 32_768) >> 16), 0, 255);
    }
}
