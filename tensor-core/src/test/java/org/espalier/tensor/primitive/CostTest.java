package org.espalier.tensor.primitive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.shape.Window;
import org.junit.jupiter.api.Test;

/** By hand: sizes of LeNet-5 (conv2 has 1,600,000 multiply-adds an image), a multiply-add being two operations. */
class CostTest {
    private static final ConvGeometry VALID = ConvGeometry.of(1, 0);
    private static final Spec IMAGE = Spec.f32(2, 20, 12, 12);
    private static final Spec FILTERS = Spec.f32(50, 20, 5, 5);
    private static final Spec MAPS = Spec.f32(2, 50, 8, 8);

    @Test
    void productsCountEachMultiplyAddTwice() {
        assertEquals(2.0 * 3 * 5 * 7,
                Cost.flops(new Core.MatMul(false, false), List.of(Spec.f32(3, 7), Spec.f32(7, 5))));
        assertEquals(2.0 * 3 * 5 * 7, Cost.flops(new Core.MatMul(true, true), List.of(Spec.f32(7, 3), Spec.f32(5, 7))));
        assertEquals(3 * 5 * (2.0 * 7 + 1), Cost.flops(new Fused.Linear(),
                List.of(Spec.f32(3, 7), Spec.f32(5, 7), Spec.f32(5))));
        assertEquals(2.0 * 4 * 6, Cost.flops(new Core.SparseMatMul(3, 5, false), List.of(Spec.f32(4), Spec.i32(4),
                Spec.i32(4), Spec.f32(5, 6))));
    }

    @Test
    void aConvolutionAndItsGradientsCostTheSame() {
        double conv2 = 2 * 2 * 1_600_000.0;
        assertEquals(conv2, Cost.flops(new Core.Convolve(VALID), List.of(IMAGE, FILTERS)));
        assertEquals(conv2, Cost.flops(new Core.ConvolveData(VALID, IMAGE.shape()), List.of(MAPS, FILTERS)));
        assertEquals(conv2, Cost.flops(new Core.ConvolveWeight(VALID, FILTERS.shape()), List.of(IMAGE, MAPS)));
        assertEquals(conv2 + 2 * 50 * 64,
                Cost.flops(new Fused.ConvolveBias(VALID), List.of(IMAGE, FILTERS, Spec.f32(50))));
    }

    @Test
    void groupsSeeTheirOwnChannelsAlone() {
        Spec depthwise = Spec.f32(20, 1, 3, 3);
        ConvGeometry geometry = ConvGeometry.of(1, 1).withGroups(20);
        assertEquals(2.0 * 2 * 20 * 144 * 9, Cost.flops(new Core.Convolve(geometry), List.of(IMAGE, depthwise)));
        assertEquals(2.0 * 2 * 20 * 144 * 9,
                Cost.flops(new Core.ConvolveData(geometry, IMAGE.shape()), List.of(IMAGE, depthwise)));
    }

    @Test
    void windowsAndElements() {
        assertEquals(2 * 20 * 36 * 4.0, Cost.flops(new Core.MaxPool(Window.of(2, 2)), List.of(IMAGE)));
        assertEquals(2 * 20 * 144.0, Cost.flops(new Core.Unary(Core.Unary.Fn.RELU), List.of(IMAGE)));
        assertEquals(0, Cost.flops(new Core.Permute(List.of(1, 0)), List.of(Spec.f32(3, 4))));
    }

    @Test
    void bytesAreThoseOfAllOperands() {
        assertEquals(4.0 * (21 + 35 + 15),
                Cost.bytes(new Core.MatMul(false, false), List.of(Spec.f32(3, 7), Spec.f32(7, 5))));
        assertEquals(12 * (4.0 + 8), Cost.bytes(new Core.Cast(DType.F64), List.of(Spec.f32(3, 4))));
        assertEquals(4.0 * 7 + 4 * 4 + 2 * 7 + 4 * (30 + 18), Cost.bytes(new Core.SparseMatMul(3, 5, false),
                List.of(Spec.f32(7), Spec.i32(4), Spec.u16(7), Spec.f32(5, 6))));
        assertEquals(4.0 * 6, Cost.bytes(new Core.Fill(DType.F32, Shape.of(2, 3), 1), List.of()));
    }
}
