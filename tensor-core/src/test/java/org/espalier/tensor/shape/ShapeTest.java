package org.espalier.tensor.shape;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {
    @Test
    void sizesAndStrides() {
        Shape shape = Shape.of(2, 3, 4);
        assertEquals(24, shape.size());
        assertEquals(3, shape.rank());
        assertArrayEquals(new int[] {12, 4, 1}, shape.strides());
        assertEquals(4, shape.axis(-1));
        assertEquals(2, shape.axis(-3));
        assertEquals("[2,3,4]", shape.toString());
    }

    @Test
    void aScalarHasOneElementAndAnEmptyAxisNone() {
        assertEquals(1, Shape.scalar().size());
        assertEquals(0, Shape.scalar().rank());
        assertEquals("[]", Shape.scalar().toString());
        assertEquals(0, Shape.of(3, 0, 5).size());
        assertNotEquals(Shape.scalar(), Shape.of(1));
    }

    @Test
    void shapesAreValues() {
        int[] axes = {2, 3};
        Shape shape = Shape.of(axes);
        axes[0] = 7;
        shape.toArray()[1] = 7;
        assertEquals(Shape.of(2, 3), shape);
        assertEquals(Shape.of(2, 3).hashCode(), shape.hashCode());
    }

    @Test
    void axesCanBeChanged() {
        assertEquals(Shape.of(2, 9), Shape.of(2, 3).withAxis(1, 9));
        assertEquals(Shape.of(2, 9), Shape.of(2, 3).withAxis(-1, 9));
        assertEquals(Shape.of(5, 2, 3), Shape.of(2, 3).prepend(5));
        assertEquals(Shape.of(3), Shape.of(2, 3).withoutFirst());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "2,3 | 2,3 | 2,3", "2,3 | 3 | 2,3", "3 | 2,1 | 2,3", "7,1 | 1,5 | 7,5", "'' | 4 | 4", "1 | 0 | 0",
        "4,1,3 | 2,1 | 4,2,3"
    })
    void broadcasting(String a, String b, String expected) {
        assertEquals(shape(expected), Shape.broadcast(shape(a), shape(b)));
        assertEquals(shape(expected), Shape.broadcast(shape(b), shape(a)));
    }

    private static Shape shape(String axes) {
        return axes.isEmpty()
                ? Shape.scalar()
                : Shape.of(java.util.Arrays.stream(axes.split(",")).mapToInt(Integer::parseInt).toArray());
    }

    @Test
    void shapesThatDoNotBroadcastAreNamed() {
        var error = assertThrows(IllegalArgumentException.class, () -> Shape.broadcast(Shape.of(2, 3), Shape.of(2, 4)));
        assertEquals("shapes [2,3] and [2,4] do not broadcast", error.getMessage());
    }

    @Test
    void impossibleShapesAreRefused() {
        assertEquals("negative axis length in [2, -1]",
                assertThrows(IllegalArgumentException.class, () -> Shape.of(2, -1)).getMessage());
        assertEquals("too many elements for one tensor: [65536, 65536]",
                assertThrows(IllegalArgumentException.class, () -> Shape.of(65536, 65536)).getMessage());
        // three axes whose product wraps around to a small number in 64 bits
        assertThrows(IllegalArgumentException.class, () -> Shape.of(1 << 30, 1 << 30, 1 << 30));
    }

    @Test
    void specsAreNamedShortly() {
        assertEquals("F32[64,784]", Spec.f32(64, 784).toString());
        assertEquals("I32[]", Spec.i32().toString());
        assertEquals(8L * 6, Spec.of(DType.F64, 2, 3).bytes());
    }

    @ParameterizedTest
    @CsvSource({
        // length, kernel, stride, padding, dilation, output: by counting positions
        "28, 5, 1, 0, 1, 24", "32, 3, 1, 1, 1, 32", "8, 3, 3, 0, 1, 2", "224, 7, 2, 3, 1, 112", "13, 3, 1, 2, 3, 11",
        "2, 5, 1, 2, 1, 2",
        "2, 5, 1, 0, 1, 0", "1, 1, 9, 0, 1, 1"
    })
    void outputsOfConvolutions(int length, int kernel, int stride, int padding, int dilation, int expected) {
        var geometry = new ConvGeometry(stride, 1, padding, 0, dilation, 1, 1);
        assertEquals(expected, geometry.outputHeight(length, kernel));
        assertEquals(expected, new ConvGeometry(1, stride, 0, padding, 1, dilation, 1).outputWidth(length, kernel));
    }

    @Test
    void convolutionsThatDoNotFitAreNamed() {
        var geometry = ConvGeometry.of(1, 0).withGroups(2);
        assertEquals(
                "convolution of [1,3,8,8] in 2 group(s) does not fit weights [4,2,3,3]: expected 3 input channels = groups x 2, and 4"
                        + " outputs divisible by the groups",
                assertThrows(IllegalArgumentException.class,
                        () -> geometry.outputShape(Shape.of(1, 3, 8, 8), Shape.of(4, 2, 3, 3))).getMessage());
        assertEquals("a 5x3 kernel does not fit an input of [1,3,4,8]",
                assertThrows(IllegalArgumentException.class,
                        () -> ConvGeometry.of(1, 0).outputShape(Shape.of(1, 3, 4, 8), Shape.of(4, 3, 5, 3)))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> ConvGeometry.of(0, 0));
        assertThrows(IllegalArgumentException.class, () -> ConvGeometry.of(1, -1));
    }

    @Test
    void windowsThatDoNotFitAreNamed() {
        assertEquals(Shape.of(2, 3, 4, 4), Window.of(2, 2).outputShape(Shape.of(2, 3, 9, 8)));
        assertEquals("a 3x3 window does not fit an input of [1,1,2,8]",
                assertThrows(IllegalArgumentException.class, () -> Window.of(3, 1).outputShape(Shape.of(1, 1, 2, 8)))
                        .getMessage());
        // with padding a window could lie over an empty plane and cover no element
        var padded = new Window(3, 3, 1, 1, 2, 2, true);
        assertThrows(IllegalArgumentException.class, () -> padded.outputShape(Shape.of(1, 1, 0, 8)));
        assertThrows(IllegalArgumentException.class, () -> new Window(2, 2, 1, 1, 2, 0, true),
                "a window of nothing but padding");
    }
}
