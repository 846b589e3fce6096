package org.espalier.tensor.cpu;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Predicate;

/** The ways to convolve, best first. Each is a variant of the kernel table for the shapes that it serves. */
enum ConvolutionWay {
    /** {@link Depthwise}: one channel a filter. */
    DEPTHWISE,
    /** {@link Winograd}: kernels of 3x3 and stride 1 over many channels. */
    WINOGRAD,
    /** {@link RowConvolution}, and {@link WeightGradient} for the gradient by the weight: most shapes. */
    ROWS,
    /** Patches copied panel by panel: every shape. The gradient by the weight has no such way. */
    PANELS;

    /** The last part of the variant's name. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it serves some shape for the gradient by the weight. */
    boolean hasWeight() {
        return this != PANELS;
    }

    boolean servesForward(ConvShape s) {
        return switch (this) {
            case DEPTHWISE -> Depthwise.serves(s);
            case WINOGRAD -> Winograd.serves(s);
            case ROWS -> RowConvolution.serves(s);
            case PANELS -> true;
        };
    }

    boolean servesData(ConvShape s) {
        return switch (this) {
            case DEPTHWISE -> Depthwise.serves(s);
            case WINOGRAD -> Winograd.servesData(s);
            case ROWS -> RowConvolution.servesData(s);
            case PANELS -> true;
        };
    }

    boolean servesWeight(ConvShape s) {
        return switch (this) {
            case DEPTHWISE -> Depthwise.serves(s);
            case WINOGRAD -> WinogradGradient.serves(s);
            case ROWS -> true;
            case PANELS -> false;
        };
    }

    static ConvolutionWay ofForward(ConvShape s) {
        return Arrays.stream(values()).filter(way -> way.servesForward(s)).findFirst().orElseThrow();
    }

    static ConvolutionWay ofData(ConvShape s) {
        return Arrays.stream(values()).filter(way -> way.servesData(s)).findFirst().orElseThrow();
    }

    static ConvolutionWay ofWeight(ConvShape s) {
        return Arrays.stream(values()).filter(way -> way.servesWeight(s)).findFirst().orElseThrow();
    }

    /** The best way behind this one. */
    private ConvolutionWay next(Predicate<ConvolutionWay> serves) {
        return Arrays.stream(values()).filter(way -> way.compareTo(this) > 0 && serves.test(way)).findFirst()
                .orElseThrow();
    }

    /** y = x convolved with w, then what {@code finish} says. */
    void forward(Workers workers, ConvShape s, float[] x, PackedWeights w, Finish finish, float[] y) {
        s.check("Convolution", x, w.values(), y);
        finish.check(s);
        if (s.images() == 0 || s.filters() == 0 || s.pixels() == 0) {
            return;
        }
        switch (this) {
            case DEPTHWISE -> Depthwise.forward(workers, s, x, w.values(), finish, y);
            case WINOGRAD -> {
                if (!Winograd.forward(workers, s, x, w, finish, y)) {
                    next(way -> way.servesForward(s)).forward(workers, s, x, w, finish, y);
                }
            }
            case ROWS -> RowConvolution.forward(workers, s, x, w, finish, y);
            case PANELS -> Convolution.panels(workers, s, x, w.values(), finish, y);
        }
    }

    /** dx = the gradient by the input. */
    void data(Workers workers, ConvShape s, float[] dy, PackedWeights w, float[] dx) {
        s.check("ConvolutionGradients.data", dx, w.values(), dy);
        int size = s.channels() * s.height() * s.width();
        if (s.pixels() == 0 || s.filters() == 0) {
            Arrays.fill(dx, 0, s.images() * size, 0f);
        }
        if (s.pixels() == 0 || s.filters() == 0 || s.images() == 0 || size == 0) {
            return;
        }
        switch (this) {
            case DEPTHWISE -> Depthwise.data(workers, s, dy, w.values(), dx);
            case WINOGRAD -> {
                if (!Winograd.data(workers, s, dy, w, dx)) {
                    next(way -> way.servesData(s)).data(workers, s, dy, w, dx);
                }
            }
            case ROWS -> RowConvolution.data(workers, s, dy, w, dx);
            case PANELS -> ConvolutionGradients.panels(workers, s, dy, w.values(), dx);
        }
    }

    /** dw = or += the gradient by the weight. */
    void weight(Workers workers, ConvShape s, float[] x, float[] dy, float[] dw, boolean add) {
        s.check("ConvolutionGradients.weight", x, dw, dy);
        if (!add) {
            Arrays.fill(dw, 0, s.filters() * s.taps(), 0f);
        }
        if (s.images() == 0 || s.pixels() == 0 || s.filters() == 0 || s.taps() == 0) {
            return;
        }
        switch (this) {
            case DEPTHWISE -> Depthwise.weight(workers, s, x, dy, dw);
            case WINOGRAD -> {
                if (!WinogradGradient.add(workers, s, x, dy, dw)) {
                    next(way -> way.servesWeight(s)).weight(workers, s, x, dy, dw, true);
                }
            }
            case ROWS -> WeightGradient.add(workers, s, x, dy, dw);
            case PANELS -> throw new IllegalStateException("no gradient by the weight goes by panels");
        }
    }
}
