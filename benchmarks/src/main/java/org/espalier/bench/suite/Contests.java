package org.espalier.bench.suite;

import java.util.ArrayList;
import java.util.List;
import org.espalier.bench.measure.Contest;

/** All that we are measured at, in the order of the table. */
public final class Contests {
    private Contests() {}

    /** Those whose peer is here, with each number of threads in turn. */
    public static List<Contest> all(Peers peers, List<Integer> threads) {
        List<Contest> all = new ArrayList<>();
        peers.blas().ifPresent(blas -> Products.all().forEach(
                product -> threads.forEach(t -> all.add(product.contest(blas, t)))));
        peers.torch().ifPresent(torch -> {
            Convolutions.all().forEach(conv -> threads.forEach(t -> all.add(conv.forward(torch, t))));
            Convolutions.all().forEach(conv -> threads.forEach(t -> all.add(conv.gradients(torch, t))));
            Steps.trained().forEach(step -> threads.forEach(t -> all.add(step.training(torch, t))));
            Steps.predicted().forEach(step -> threads.forEach(t -> all.add(step.inference(torch, t))));
        });
        peers.onnx().ifPresent(onnx -> Steps.exported().forEach(
                step -> threads.forEach(t -> all.add(step.inference(onnx, t)))));
        return all;
    }

    /**
     * Products of one's own sizes, each {@code MxKxN} or {@code MxKxN:NT}.
     *
     * @throws IllegalArgumentException if one is not of that form
     */
    public static List<Contest> products(Peers peers, List<String> sizes, List<Integer> threads) {
        List<Products> products = sizes.stream().map(Products::parse).toList();
        List<Contest> all = new ArrayList<>();
        peers.blas().ifPresent(blas -> products.forEach(
                product -> threads.forEach(t -> all.add(product.contest(blas, t)))));
        return all;
    }
}
