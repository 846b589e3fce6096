package org.espalier.bench.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.bench.peer.Libtorch;
import org.espalier.bench.peer.OnnxRuntime;
import org.espalier.bench.peer.OpenBlas;

/** The libraries that we are measured against, those that are here. */
public record Peers(Optional<OpenBlas> blas, Optional<Libtorch> torch, Optional<OnnxRuntime> onnx) {
    /** Looks for each. */
    public static Peers find() {
        return new Peers(OpenBlas.find(), Libtorch.find(), OnnxRuntime.find());
    }

    /** Whether none is missing. */
    public boolean complete() {
        return blas.isPresent() && torch.isPresent() && onnx.isPresent();
    }

    /** A line a peer: what it is, or how to get it. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("OpenBLAS: " + blas.map(OpenBlas::toString).orElse(OpenBlas.howToGetIt()));
        lines.add("libtorch: " + torch.map(Libtorch::toString).orElse(Libtorch.howToGetIt()));
        lines.add("ONNX Runtime: " + onnx.map(OnnxRuntime::toString).orElse(OnnxRuntime.howToGetIt()));
        return lines;
    }
}
