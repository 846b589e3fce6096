package org.espalier.tensor.cpu;

import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.reference.HostArray;
import org.espalier.tensor.reference.PlainKernels;
import org.espalier.tensor.shape.DType;

/** Lets the plain kernels work on CPU buffers: F64 and I32 in place, F32 and U16 by way of copies in doubles and ints. */
final class PlainMemory implements PlainKernels.Memory {
    @Override
    public HostArray toRead(Operand operand) {
        HostArray array = toFill(operand);
        if (operand.spec().dtype() == DType.F32) {
            float[] from = CpuBuffer.floats(operand);
            for (int i = 0; i < array.size(); i++) {
                array.reals()[i] = from[i];
            }
        }
        return array;
    }

    @Override
    public HostArray toFill(Operand operand) {
        return switch (operand.spec().dtype()) {
            case F32 -> HostArray.ofReals(operand.spec(), new double[operand.shape().size()]);
            case F64 -> HostArray.ofReals(operand.spec(), CpuBuffer.doubles(operand));
            case I32, U16 -> HostArray.ofInts(operand.spec(), CpuBuffer.indices(operand));
        };
    }

    @Override
    public void filled(Operand operand, HostArray array) {
        if (operand.spec().dtype() == DType.F32) {
            float[] to = CpuBuffer.floats(operand);
            for (int i = 0; i < array.size(); i++) {
                to[i] = (float) array.reals()[i];
            }
        } else if (operand.spec().dtype() == DType.U16) {
            char[] to = CpuBuffer.chars(operand);
            for (int i = 0; i < array.size(); i++) {
                to[i] = (char) array.ints()[i];
            }
        }
    }
}
