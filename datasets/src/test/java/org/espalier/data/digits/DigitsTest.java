package org.espalier.data.digits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.espalier.data.ImageSet;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

class DigitsTest {
    /**
     * The checksum is a promise to every run recorded with it: whoever changes the drawing must change it knowingly.
     */
    @Test
    void theSetIsTheSameEverywhere() {
        Digits digits = Digits.draw();
        assertEquals(Digits.CHECKSUM, digits.checksum());
        assertEquals(60_000, digits.train().count());
        assertEquals(10_000, digits.test().count());
        assertEquals(Shape.of(1, 28, 28), digits.sampleShape());
        assertEquals(10, digits.classes());
        double[] even = new double[10];
        Arrays.fill(even, 6000);
        long[] counts = Arrays.stream(digits.train().classCounts()).asLongStream().toArray();
        assertTrue(new ChiSquareTest().chiSquareTest(even, counts) > 0.001, Arrays.toString(counts));
    }

    @Test
    void imagesDependOnSeedAndNumberAlone() throws Exception {
        ImageSet whole = Drawing.draw(5, 0, 1200);
        try (ForkJoinPool one = new ForkJoinPool(1); ForkJoinPool seven = new ForkJoinPool(7)) {
            assertEquals(whole, one.submit(() -> Drawing.draw(5, 0, 1200)).get());
            assertEquals(whole, seven.submit(() -> Drawing.draw(5, 0, 1200)).get());
        }
        assertEquals(whole.slice(700, 1100), Drawing.draw(5, 700, 400));
        assertNotEquals(whole, Drawing.draw(6, 0, 1200));
    }

    @Test
    void digitsStandInTheMiddleOnAnEmptyBorder() {
        ImageSet set = Drawing.draw(1, 0, 2000);
        double border = 0;
        double middle = 0;
        for (int i = 0; i < set.count(); i++) {
            int ink = 0;
            for (int p = 0; p < 784; p++) {
                int row = p / 28;
                int column = p % 28;
                int pixel = set.pixel(i, p);
                ink += pixel;
                if (Math.min(Math.min(row, 27 - row), Math.min(column, 27 - column)) == 0) {
                    border += pixel / (108.0 * set.count());
                } else if (row >= 7 && row < 21 && column >= 7 && column < 21) {
                    middle += pixel / (196.0 * set.count());
                }
            }
            assertTrue(ink > 20 * 255, "image " + i + " is nearly empty");
        }
        assertTrue(border < 1 && middle > 50, "mean grey at the border " + border + ", in the middle " + middle);
    }

    /** The bound asked of the set; chance is 10 %, so a set of noise fails too. */
    @Test
    void aLinearModelStaysUnder95Percent() {
        double accuracy = SoftmaxRegression.accuracy(Drawing.draw(1, 0, 12_000), Drawing.draw(1, 60_000, 3000), 6);
        assertTrue(accuracy > 0.85 && accuracy < 0.95, "softmax regression reaches " + accuracy);
    }

    /** Negative control: the same regression does pass the bound on digits of one writer without any scatter. */
    @Test
    void theLinearModelCanLearn() {
        byte[] pixels = new byte[1000 * 784];
        int[] labels = new int[1000];
        for (int i = 0; i < 1000; i++) {
            labels[i] = i % 10;
            for (int p = 0; p < 784; p++) {
                pixels[i * 784 + p] = (byte) (p % 10 == labels[i] ? 200 : (i * 31 + p * 17) % 100);
            }
        }
        ImageSet easy = new ImageSet(pixels, labels, Shape.of(1, 28, 28), 10);
        assertEquals(1.0, SoftmaxRegression.accuracy(easy, easy, 5));
    }
}
