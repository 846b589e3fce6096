package org.espalier.bench.suite;

import java.util.ArrayList;
import java.util.List;

/** All that sparse work is measured at, in the order of the table. */
public final class SparseContests {
    private static final int[] BATCHES = {1, 64};

    private final Peers peers;
    private final List<SparseContest> all = new ArrayList<>();

    private SparseContests(Peers peers) {
        this.peers = peers;
    }

    /** Those whose peer is here, with each number of threads in turn. */
    public static List<SparseContest> all(Peers peers, List<Integer> threads) {
        SparseContests contests = new SparseContests(peers);
        for (int count : threads) {
            contests.forward(fc6(1), count, new Goal(4.5, 6.5));
            contests.forward(fc6(64), count, new Goal(4.5, 7));
            contests.forward(fc1(1), count, new Goal(2, 2.8));
            contests.forward(fc1(64), count, new Goal(4.5, 6));
            contests.gradients(count);
            contests.networks(count);
        }
        threads.stream().filter(count -> count > 1).forEach(contests::scaling);
        return contests.all;
    }

    /** AlexNet's sixth layer, as Han 2015 prunes it. */
    private static SparseLayers fc6(int batch) {
        return new SparseLayers("AlexNet fc6", 4096, 9216, 0.09, batch);
    }

    /** LeNet-300-100's first. */
    private static SparseLayers fc1(int batch) {
        return new SparseLayers("LeNet-300-100 fc1", 300, 784, 0.08, batch);
    }

    private void forward(SparseLayers layer, int threads, Goal goal) {
        peers.blas().ifPresent(blas -> all.add(layer.against(blas, threads, goal)));
        peers.torch().ifPresent(torch -> all.add(layer.against(torch, threads)));
        all.add(layer.againstDense(threads));
    }

    private void gradients(int threads) {
        peers.blas().ifPresent(blas -> {
            for (SparseLayers layer : List.of(fc6(64), fc1(64))) {
                all.add(layer.dataGradient(blas, threads));
                all.add(layer.weightGradient(blas, threads, layer.rows() == 4096 ? new Goal(3.5, 5.5) : Goal.NONE));
            }
            all.add(fc6(64).masked(blas, threads, new Goal(1.05, 1.3)));
        });
    }

    private void networks(int threads) {
        for (int batch : BATCHES) {
            SparseNetworks lenet300 = SparseNetworks.lenet300(batch);
            peers.blas().ifPresent(blas -> all.add(
                    lenet300.against(blas, threads, batch == 1 ? new Goal(1.8, 2.5) : new Goal(3.3, 5))));
            peers.torch().ifPresent(torch -> all.add(
                    lenet300.against(torch, threads, batch == 1 ? new Goal(4, 8) : Goal.NONE)));
            all.add(lenet300.againstDense(threads, Goal.NONE));
        }
        for (int batch : BATCHES) {
            SparseNetworks lenet5 = SparseNetworks.lenet5(batch);
            peers.torch().ifPresent(torch -> all.add(lenet5.against(torch, threads, Goal.NONE)));
            all.add(lenet5.againstDense(threads, batch == 64 ? new Goal(1.5, 3) : Goal.NONE));
        }
        all.add(SparseNetworks.lenet300(64).retraining(threads, new Goal(1.5, 3)));
    }

    private void scaling(int threads) {
        for (int batch : BATCHES) {
            all.add(fc6(batch).againstOneThread(threads, threads == 2 ? new Goal(1.6, 1.9) : Goal.NONE));
        }
    }
}
