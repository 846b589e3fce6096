package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WinogradTest {

    private static final Workers ONE = new Workers(1);
    private static final ConvShape RESNET = shape(3, 16, 17, 19, 18, 1, 1);

    private static ConvShape shape(int images, int channels, int height, int width, int filters, int pad, int groups) {
        return new ConvShape(images, channels, height, width, filters, 3, 3, 1, 1, pad, pad, 1, 1, groups);
    }

    static Stream<ConvShape> shapes() {
        return Stream.of(RESNET, shape(70, 16, 8, 8, 16, 1, 1), shape(1, 40, 33, 65, 34, 0, 2),
                shape(2, 150, 14, 14, 20, 2, 1), shape(1, 16, 4, 501, 16, 1, 1));
    }

    private static float[] integers(int count, int unit, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = unit * random.nextInt(-8, 9);
        }
        return values;
    }

    /** Filters are halved twice and nothing else is rounded: with weights that four divides, whole numbers stay exact. */
    @ParameterizedTest
    @MethodSource("shapes")
    void wholeNumbersComeOutExactly(ConvShape s) {
        assertTrue(Winograd.serves(s) && Winograd.servesData(s), s.toString());
        float[] x = integers(s.images() * s.channels() * s.height() * s.width(), 1, 1);
        float[] w = integers(s.filters() * s.taps(), 4, 2);
        float[] bias = integers(s.filters(), 1, 3);
        float[] expected = new float[ConvolutionTest.outputs(s)];
        Convolution.plain(s, x, w, bias, true, expected);
        float[] y = Numbers.blank(expected.length);
        assertTrue(Winograd.forward(ONE, s, x, PackedWeights.once(w), Finish.bias(bias, true), y));
        assertArrayEquals(expected, Arrays.copyOf(y, expected.length));
        Numbers.assertMarginUntouched("y", expected.length, y);

        float[] dy = integers(expected.length, 1, 4);
        double[] plain = new double[x.length];
        ConvolutionGradients.plain(s, x, w, dy, plain, new double[w.length]);
        float[] dx = Numbers.blank(x.length);
        assertTrue(Winograd.data(ONE, s, dy, PackedWeights.once(w), dx));
        for (int i = 0; i < x.length; i++) {
            assertEquals(plain[i], dx[i], "dx " + i);
        }
        Numbers.assertMarginUntouched("dx", x.length, dx);
    }

    /** Here sums are halved twice. */
    @ParameterizedTest
    @MethodSource("shapes")
    void theGradientByTheWeightIsExactForWholeNumbers(ConvShape s) {
        assertEquals(s.outWidth() <= 256, WinogradGradient.serves(s), s.toString());
        if (s.outWidth() > 256) {
            return;
        }
        float[] x = integers(s.images() * s.channels() * s.height() * s.width(), 1, 1);
        float[] dy = integers(ConvolutionTest.outputs(s), 4, 2);
        double[] plain = new double[s.filters() * s.taps()];
        ConvolutionGradients.plain(s, x, new float[plain.length], dy, new double[x.length], plain);
        float[] dw = Numbers.blank(plain.length);
        Arrays.fill(dw, 0, plain.length, 3f);
        assertTrue(WinogradGradient.add(ONE, s, x, dy, dw));
        for (int i = 0; i < plain.length; i++) {
            assertEquals(plain[i] + 3, dw[i], "dw " + i);
        }
        Numbers.assertMarginUntouched("dw", plain.length, dw);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void roundingIsThatOfPlainSums(ConvShape s) {
        float[] x = ConvolutionTest.input(s);
        float[] w = ConvolutionTest.weight(s);
        int count = ConvolutionTest.outputs(s);
        float[] expected = new float[count];
        Convolution.plain(s, x, w, null, false, expected);
        float[] y = Numbers.blank(count);
        assertTrue(Winograd.forward(ONE, s, x, PackedWeights.once(w), Finish.NONE, y));
        double[] magnitude = new double[count];
        double[] values = new double[count];
        Arrays.fill(magnitude, Math.sqrt(s.taps()));
        Arrays.setAll(values, i -> expected[i]);
        Numbers.assertClose(s.toString(), values, magnitude, (int) Math.sqrt(s.taps()) + 2, y);
    }

    /** An infinite pixel would make NaN of all sixteen points of its tiles, and so of outputs that don't see it. */
    @Test
    void whatIsNotFiniteIsLeftToTheNextWay() {
        ConvShape s = RESNET;
        float[] w = ConvolutionTest.weight(s);
        for (float special : new float[] {Float.POSITIVE_INFINITY, Float.NaN}) {
            float[] x = ConvolutionTest.input(s);
            x[5 * s.width() + 7] = special; // image 0, channel 0, row 5, column 7
            float[] y = Numbers.blank(ConvolutionTest.outputs(s));
            assertFalse(Winograd.forward(ONE, s, x, PackedWeights.once(w), Finish.NONE, y));
            ConvolutionWay.WINOGRAD.forward(ONE, s, x, PackedWeights.once(w), Finish.NONE, y);
            for (int i = 0; i < ConvolutionTest.outputs(s); i++) {
                int row = i % s.pixels() / s.outWidth();
                int column = i % s.outWidth();
                boolean sees = i / s.pixels() < s.filters() && Math.abs(row - 5) <= 1 && Math.abs(column - 7) <= 1;
                assertEquals(sees, !Float.isFinite(y[i]), "output " + i);
            }
        }
    }

    @Test
    void aGradientThatIsNotFiniteIsLeftToTheNextWay() {
        ConvShape s = RESNET;
        float[] dy = ConvolutionTest.output(s, 4);
        float[] x = ConvolutionTest.input(s);
        x[(s.channels() + 2) * s.height() * s.width() + 40] = Float.NaN; // image 1, channel 2, row 2, column 2
        int count = s.filters() * s.taps();
        float[] dw = new float[count];
        assertFalse(WinogradGradient.add(ONE, s, x, dy, dw));
        assertArrayEquals(new float[count], dw);
        float[] expected = new float[count];
        ConvolutionWay.ROWS.weight(ONE, s, x, dy, expected, false);
        ConvolutionWay.WINOGRAD.weight(ONE, s, x, dy, dw, false);
        assertArrayEquals(expected, dw);
        for (int i = 0; i < count; i++) {
            assertEquals(i / 9 % s.channels() == 2, Float.isNaN(dw[i]), "dw " + i);
        }
    }

    /** Sums that overflow only because tiles are transformed come out as the next way has them. */
    @Test
    void largePixelsDoNotOverflow() {
        ConvShape s = RESNET;
        float[] x = ConvolutionTest.input(s);
        for (int at : new int[] {6 * 19 + 8, 6 * 19 + 9, 7 * 19 + 8, 7 * 19 + 9}) { // the middle of a tile, which is added up
            x[at] = Float.MAX_VALUE / 2;
        }
        float[] w = ConvolutionTest.weight(s);
        for (int i = 0; i < s.filters() * s.taps(); i++) {
            w[i] *= 0.2f;
        }
        float[] expected = Numbers.blank(ConvolutionTest.outputs(s));
        ConvolutionWay.ROWS.forward(ONE, s, x, PackedWeights.once(w), Finish.NONE, expected);
        float[] y = Numbers.blank(ConvolutionTest.outputs(s));
        ConvolutionWay.WINOGRAD.forward(ONE, s, x, PackedWeights.once(w), Finish.NONE, y);
        assertArrayEquals(expected, y);
    }

    @Test
    void servesWhatItIsFasterFor() {
        assertTrue(Winograd.serves(shape(64, 64, 8, 8, 64, 1, 1)));
        assertFalse(Winograd.serves(shape(64, 64, 8, 8, 64, 1, 8)), "8 channels a group");
        assertTrue(Winograd.serves(shape(1, 64, 8, 8, 64, 1, 1)), "16 tiles");
        assertFalse(Winograd.servesData(shape(1, 64, 8, 8, 64, 1, 1)), "16 tiles only");
        assertFalse(Winograd.serves(shape(1, 64, 6, 6, 64, 1, 1)), "9 tiles only");
        assertFalse(Winograd.serves(shape(64, 64, 1, 30, 64, 1, 1)), "half of each tile to spare");
        assertFalse(Winograd.serves(shape(64, 64, 8, 2000, 64, 1, 1)), "long rows");
        assertFalse(Winograd.serves(new ConvShape(64, 64, 8, 8, 64, 3, 3, 2, 2, 1, 1, 1, 1, 1)), "stride 2");
        assertFalse(Winograd.serves(new ConvShape(64, 64, 9, 9, 64, 3, 3, 1, 1, 1, 1, 2, 2, 1)), "dilation 2");
        assertFalse(Winograd.servesData(shape(64, 64, 8, 8, 64, 3, 1)), "padding 3");
    }
}
