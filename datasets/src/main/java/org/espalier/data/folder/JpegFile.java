package org.espalier.data.folder;

import com.twelvemonkeys.imageio.metadata.jpeg.JPEG;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegment;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegmentUtil;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.List;
import org.espalier.data.Picture;

/** A JPEG file: its segments up to the first scan, and what they say about size, colours and orientation. */
final class JpegFile {
    /** No block of 8 x 8 pixels takes less than a bit for each of its two parts, and a little is added for safety. */
    private static final int PIXELS_PER_BYTE = 1024;

    private static final int CMYK = 4;

    private final byte[] content;
    private final PictureFile.Header header;
    private final int components;
    private final boolean ycck;
    private final int orientation;

    private JpegFile(byte[] content, PictureFile.Header header, int components, boolean ycck, int orientation) {
        this.content = content;
        this.header = header;
        this.components = components;
        this.ycck = ycck;
        this.orientation = orientation;
    }

    static boolean isOne(byte[] content) {
        return content.length > 2 && content[0] == (byte) 0xff && content[1] == (byte) 0xd8
                && content[2] == (byte) 0xff;
    }

    /** @throws IOException if the segments are damaged or cut off */
    static JpegFile of(byte[] content) throws IOException {
        List<JPEGSegment> segments;
        try (ByteArrayImageInputStream in = new ByteArrayImageInputStream(content)) {
            segments = JPEGSegmentUtil.readSegments(in, JPEGSegmentUtil.ALL_SEGMENTS);
        } catch (RuntimeException e) {
            throw new IOException("broken segments", e);
        }
        boolean ycck = false;
        int orientation = 1;
        byte[] frame = null;
        for (JPEGSegment segment : segments) {
            if (isFrame(segment.marker()) && frame == null) {
                frame = segment.data().readAllBytes();
            } else if (segment.marker() == JPEG.APP14 && "Adobe".equals(segment.identifier())) {
                byte[] adobe = segment.data().readAllBytes();
                ycck = adobe.length > 0 && adobe[adobe.length - 1] == 2;
            } else if (segment.marker() == JPEG.APP1 && "Exif".equals(segment.identifier())) {
                byte[] exif = segment.data().readAllBytes();
                orientation = Exif.orientation(exif, Math.min(1, exif.length));
            }
        }
        if (frame == null || frame.length < 6) {
            throw new IOException("no frame header");
        }
        int height = (frame[1] & 0xff) << 8 | frame[2] & 0xff;
        int width = (frame[3] & 0xff) << 8 | frame[4] & 0xff;
        int components = frame[5] & 0xff;
        return new JpegFile(content, new PictureFile.Header(width, height, components, PIXELS_PER_BYTE), components,
                ycck, orientation);
    }

    /** Start of frame, of any process: C0 to CF without DHT, JPG and DAC. */
    private static boolean isFrame(int marker) {
        return marker >= JPEG.SOF0 && marker <= JPEG.SOF15 && marker != JPEG.DHT && marker != 0xffc8
                && marker != 0xffcc;
    }

    PictureFile.Header header() {
        return header;
    }

    Picture decode() throws IOException {
        Picture picture = components == CMYK
                ? Rasters.inked(Readers.jpeg(content, reader -> reader.readRaster(0, null)), ycck)
                : Readers.jpeg(content, reader -> rgb(reader.read(0).getRaster()));
        return picture.upright(orientation);
    }

    private static Picture rgb(Raster raster) throws IOException {
        return Rasters.picture(raster).withChannels(3);
    }
}
