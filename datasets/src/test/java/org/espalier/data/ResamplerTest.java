package org.espalier.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Against Pillow 12.3.0, whose resized pixels are written out here, and by hand. */
class ResamplerTest {
    private static final String BILINEAR_4_BY_5 =
            "2362a6894f3885a049814f9f6a7f8164a85fab664b8ab9575a60ac79619677b16194598c9276966273b2ad528288"
                    + "a85983a69e8367a051a666917d82";
    private static final String BICUBIC_4_BY_5 =
            "1c60ae9146308cab378b49a8627f8461b152b65f448ac7515558b67756a273bc559d518f90739b5c6bbab9458686"
                    + "b04982b0a3815eb042ad5e997885";
    private static final String BILINEAR_11_BY_6 =
            "14447ab2d1471b4f8abc6543225b9cab35572a67ac7a3b783274bb4a57993980cd6274bb418daf49908b499a6e53"
                    + "9e5451a65769b24d58b26980b9615fbd79949a5d3c6ca2cc42404377b2b0375e4a83c177467f528fbc4663a05a9c"
                    + "a9387faf61a8ba4f9c7f69b57063a64771c26d798d3679b761918d4680a84ea48d6787b35daf59856494cab13868"
                    + "6b9fd774518672abc84d6ea77ab796488bc882bb545ca3c3899e2f73ad3a91aa408a8a3499b752a1984da1935eb2"
                    + "856ea86668af5a8faf7278934fad";
    private static final String BICUBIC_10_BY_15 =
            "00132a3f556b7f95abc0daffb9082c051b344b637b93abc2f76b1a3638510b243f59738da7c2f860152040607812"
                    + "2c4a66839fbdd85a16254b67859f1835557392b1d4ff19224c6a88acd71e3d5f80a1c9e89533446989b4c87a2445"
                    + "6a8db5c894093c6387afbd7e002b4d759bcdaa0032587fa4dda2003a315680a8ddc01349729ac5eab02d61375e8a"
                    + "b4ebd0285f89b4f1911b5f86273b52677d93a7bdd3ff61032940542d435c738ba3bbd3ff571a304a6279334c6781"
                    + "9bb4d3fc4f1f34536d88a03a54728eabccd451193556728eb0da405d7d9bbae5f00832557391bcc95d466587a8cf"
                    + "d68a2d4e6f90c0c365024c6d92b4eac80144688bb4b966013b53759dc6deaa2a5a80a6e477004062597ea8e29203"
                    + "49719ac4e88b2965895f86b2eda61f5d87b1ee631c5b87ae4f637a8fa5bbcfe5ff4b1a3c51687c556b849bb3cae6"
                    + "ff472b415a728aa15b748fa9c2e7f7462a44617a95b0c8627c9ab5e3da4b1e43627e99bce8ff6885a5cdb2500d3f"
                    + "5d7d9accbb62866e8dafe28a0035557797c1b054052b7495b9f4a811486c8fb2f1810043637b9dc9dc8c285d82a8"
                    + "d7e58530678a81a6e46504497199c3e45d23638db187aeed791c5985afe6381f5983afd6";
    /** {@code Resize(6)}, {@code CenterCrop(5)} of 9 x 13. */
    private static final String FRAMED =
            "6189b6b3827aa8b2453d93c9613c73ada9496ca6b845579aaa89b1ce6531a2c8773965bbac35629bca6b57939bb5"
                    + "507fbd4db1d9a93a59c8b6465b8daa43548aae723c7fb85f685ca7c054";
    /** Rows 2 to 6, columns 3 to 10, resized to 4 x 4, flipped. */
    private static final String CROPPED =
            "3766b7866041ba9b88509db0b06649aa5f3eafae884982c3b06b65c3878e59c9874e77cdb0713d999893456d93b6"
                    + "6183";
    /** {@code Resize(5, BICUBIC)}, {@code CenterCrop(4)} of 11 x 7. */
    private static final String PORTRAIT =
            "204f82b82c629dc63974c3884588cd7d4877aae9548ad0ac619fd5586db49d3070a1c8537cb7cc1789c97b3f95e2"
                    + "3c5f";

    /** The picture that Pillow was given: {@code (25 x + 7 y + 40 c + 3 x y) mod 256}. */
    private static Picture picture(int height, int width) {
        byte[] samples = new byte[3 * height * width];
        for (int i = 0; i < samples.length; i++) {
            int x = i % width;
            int y = i / width % height;
            samples[i] = (byte) (x * 25 + y * 7 + i / width / height * 40 + x * y * 3);
        }
        return Picture.planar(samples, 0, 3, height, width);
    }

    private static String hex(Picture picture, Placement place, int rows, int columns) {
        byte[] sample = new byte[picture.channels() * rows * columns];
        Resampler.render(picture, place, sample, rows, columns);
        return HexFormat.of().formatHex(sample);
    }

    private static String resized(int height, int width, Filter filter) {
        return hex(picture(9, 13), new Placement(0, 0, 9, 13, height, width, 0, 0, false, filter), height, width);
    }

    @Test
    void resizesAsPillowDoes() {
        assertEquals(BILINEAR_4_BY_5, resized(4, 5, Filter.BILINEAR));
        assertEquals(BICUBIC_4_BY_5, resized(4, 5, Filter.BICUBIC));
        assertEquals(BILINEAR_11_BY_6, resized(11, 6, Filter.BILINEAR));
        assertEquals(BICUBIC_10_BY_15, resized(10, 15, Filter.BICUBIC));
    }

    @Test
    void framesAsTorchvisionDoes() {
        assertEquals(FRAMED, hex(picture(9, 13), new Framing(6, 5, Filter.BILINEAR).place(9, 13), 5, 5));
        assertEquals(PORTRAIT, hex(picture(11, 7), new Framing(5, 4, Filter.BICUBIC).place(11, 7), 4, 4));
    }

    @Test
    void resizesWhatWasCutOutWithNothingAroundIt() {
        Placement place = new Placement(2, 3, 5, 8, 4, 4, 0, 0, true, Filter.BILINEAR);
        assertEquals(CROPPED, hex(picture(9, 13), place, 4, 4));
    }

    /**
     * Four pixels to two: each looks two pixels to either side of its middle, so the weights of the first are 3/4, 3/4,
     * 1/4 of 7/4. Two to four: the middles lie at 1/4 and 3/4 of a pixel.
     */
    @Test
    void weightsByHand() {
        byte[] row = {0, 70, (byte) 140, (byte) 210};
        byte[] half = new byte[2];
        Resampler.render(Picture.planar(row, 0, 1, 1, 4), new Placement(0, 0, 1, 4, 1, 2, 0, 0, false, Filter.BILINEAR),
                half, 1, 2);
        assertArrayEquals(new byte[] {50, (byte) 160}, half);
        byte[] twice = new byte[4];
        Resampler.render(Picture.planar(new byte[] {0, 100}, 0, 1, 1, 2),
                new Placement(0, 0, 1, 2, 1, 4, 0, 0, false, Filter.BILINEAR), twice, 1, 4);
        assertArrayEquals(new byte[] {0, 25, 75, 100}, twice);
    }

    @Test
    void windowsBeyondTheEndAreBlack() {
        byte[] square = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        Picture picture = Picture.planar(square, 0, 1, 3, 3);
        byte[] sample = {77, 77, 77, 77, 77, 77, 77, 77, 77};
        Resampler.render(picture, Placement.asItIs(3, 3).shifted(-1, 1), sample, 3, 3);
        assertArrayEquals(new byte[] {0, 0, 0, 2, 3, 0, 5, 6, 0}, sample);
        Resampler.render(picture, Placement.asItIs(3, 3).shifted(2, -2).flipped(true), sample, 3, 3);
        assertArrayEquals(new byte[] {7, 0, 0, 0, 0, 0, 0, 0, 0}, sample);
        Resampler.render(picture, Placement.asItIs(3, 3).shifted(3, 0), sample, 3, 3);
        assertArrayEquals(new byte[9], sample);
    }

    @Test
    void edgesMayGoOnInstead() {
        Picture picture = Picture.planar(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 0, 1, 3, 3);
        Placement near = Placement.asItIs(3, 3).with(Outside.NEAREST);
        byte[] sample = new byte[9];
        Resampler.render(picture, near.shifted(-1, 1), sample, 3, 3);
        assertArrayEquals(new byte[] {2, 3, 3, 2, 3, 3, 5, 6, 6}, sample);
        Resampler.render(picture, near.shifted(2, -2).flipped(true), sample, 3, 3);
        assertArrayEquals(new byte[] {7, 7, 7, 7, 7, 7, 7, 7, 7}, sample);
        Resampler.render(picture, near.shifted(-9, 1), sample, 3, 3);
        assertArrayEquals(new byte[] {2, 3, 3, 2, 3, 3, 2, 3, 3}, sample, "far beyond the edge");
        byte[] twice = new byte[6];
        Resampler.render(Picture.planar(new byte[] {0, 100, 50, 60}, 0, 2, 1, 2),
                new Placement(0, 0, 1, 2, 1, 2, 0, -1, false, Filter.BILINEAR).with(Outside.NEAREST), twice, 1, 3);
        assertArrayEquals(new byte[] {0, 0, 100, 50, 50, 60}, twice, "each channel its own");
    }

    /** One pixel becomes a surface of its colour, and a strip of one row is no reason to make all of a huge image. */
    @Test
    void takesTheSmallestAndTheNarrowest() {
        byte[] pixel = {9, 8, 7};
        Framing framing = Framing.IMAGENET;
        byte[] sample = new byte[3 * 224 * 224];
        Resampler.render(Picture.planar(pixel, 0, 3, 1, 1), framing.place(1, 1), sample, 224, 224);
        for (int i = 0; i < sample.length; i++) {
            assertEquals(9 - i / (224 * 224), sample[i]);
        }
        int width = 60_000;
        byte[] strip = new byte[3 * width];
        strip[width / 2] = (byte) 255;
        Placement place = framing.place(1, width);
        assertEquals(256 * width, place.width());
        Resampler.render(Picture.planar(strip, 0, 3, 1, width), place, sample, 224, 224);
        // The window is columns 7,679,888 to 7,680,111; in pixels of the strip their middles go from 29,999.5645 to
        // 30,000.4355, and the white one's is 30,000.5: weights 0.0645 and 0.9355 of 255.
        assertEquals(16, sample[0]);
        assertEquals(239, sample[223] & 0xff);
    }
}
