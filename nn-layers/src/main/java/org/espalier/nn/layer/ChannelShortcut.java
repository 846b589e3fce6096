package org.espalier.nn.layer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.Shape;

/**
 * A shortcut without weights: every {@code stride}-th row and column of {@code [c,h,w]}, and for each output channel the
 * number of the input channel that it equals, or -1 for zeros. {@link #optionA} gives the one of He et al. 2015; a pruned
 * network has other maps.
 *
 * @param stride at least 1
 * @param channels one entry an output channel
 */
public record ChannelShortcut(int stride, List<Integer> channels) implements Layer {
    private static final int ZERO = -1;

    public ChannelShortcut {
        channels = List.copyOf(channels);
        if (stride < 1 || channels.isEmpty() || channels.stream().anyMatch(c -> c < ZERO)) {
            throw new IllegalArgumentException(
                    "a shortcut needs a stride of at least 1 and for each output an input channel, or -1 for zeros, got stride "
                            + stride + " and channels " + channels);
        }
    }

    /**
     * Option A of He et al. 2015, section 4.2: channels that are missing are zeros, half of them in front and half behind
     * (one more behind if they are odd). Where there are more inputs than outputs, they are cropped in the same way.
     */
    public static ChannelShortcut optionA(int in, int out, int stride) {
        int front = Math.floorDiv(out - in, 2);
        List<Integer> channels = new ArrayList<>();
        for (int o = 0; o < out; o++) {
            channels.add(o >= front && o - front < in ? o - front : ZERO);
        }
        return new ChannelShortcut(stride, channels);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        Shape in = Inputs.image(inputs);
        int last = Collections.max(channels);
        if (last >= in.axis(0)) {
            throw new IllegalArgumentException("expects at least " + (last + 1) + " channels");
        }
        return Shape.of(channels.size(), strided(in.axis(1)), strided(in.axis(2)));
    }

    private int strided(int length) {
        return Math.ceilDiv(length, stride);
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        int front = 0;
        while (front < channels.size() && channels.get(front) == ZERO) {
            front++;
        }
        int run = 0;
        while (front + run < channels.size() && channels.get(front + run) == channels.get(front) + run) {
            run++;
        }
        boolean padded = run > 0 && channels.subList(front + run, channels.size()).stream().allMatch(c -> c == ZERO);
        if (!padded) {
            int[] sources = channels.stream().mapToInt(Integer::intValue).toArray();
            return sliced(x, 0, x.shape().axis(1)).gather(1,
                    Tensor.of(x.backend(), Shape.of(sources.length), sources));
        }
        Tensor part = sliced(x, channels.get(front), run);
        return run == channels.size()
                ? part
                : Tensor.apply(new Core.Unslice(part.shape().withAxis(1, channels.size()), List.of(0, front, 0, 0),
                        List.of(1, 1, 1, 1)), part).get(0);
    }

    private Tensor sliced(Tensor x, int start, int length) {
        Shape shape = x.shape();
        if (stride == 1 && length == shape.axis(1)) {
            return x;
        }
        return Tensor.apply(new Core.Slice(List.of(0, start, 0, 0),
                List.of(shape.axis(0), length, strided(shape.axis(2)), strided(shape.axis(3))),
                List.of(1, 1, stride, stride)), x).get(0);
    }

    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        int h = inputs.get(0).axis(1);
        int w = inputs.get(0).axis(2);
        int[] sources = new int[outputShape(inputs).size()];
        int at = 0;
        for (int c : channels) {
            for (int y = 0; y < h; y += stride) {
                for (int x = 0; x < w; x += stride) {
                    sources[at++] = c == ZERO ? -1 : (c * h + y) * w + x;
                }
            }
        }
        return new Connectivity.Rearrange(IndexMap.of(sources));
    }

    @Override
    public String kind() {
        return "shortcut";
    }
}
