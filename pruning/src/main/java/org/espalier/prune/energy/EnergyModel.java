package org.espalier.prune.energy;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What each operation costs.
 *
 * @param picojoules price of every {@link Operation}, positive
 */
public record EnergyModel(SortedMap<Operation, Double> picojoules) {
    /** A 45 nm CMOS process: Han et al. 2015, figure 1. */
    public static final EnergyModel CMOS_45_NM = new EnergyModel(new TreeMap<>(Map.of(
            Operation.INT_ADD, 0.1,
            Operation.FLOAT_ADD, 0.9,
            Operation.REGISTER_FILE, 1.0,
            Operation.INT_MULTIPLY, 3.1,
            Operation.FLOAT_MULTIPLY, 3.7,
            Operation.SRAM, 5.0,
            Operation.DRAM, 640.0)));

    private static final double JOULES = 1e-12;

    /** @throws IllegalArgumentException if an operation has no price, or one that is not positive */
    public EnergyModel {
        picojoules = Collections.unmodifiableSortedMap(new TreeMap<>(picojoules));
        for (Operation operation : Operation.values()) {
            double price = picojoules.getOrDefault(operation, Double.NaN);
            if (!(price > 0 && price < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "an energy model wants a positive price of " + operation.label() + ", got " + price);
            }
        }
    }

    /** Price of one operation, in pJ. */
    public double picojoules(Operation operation) {
        return picojoules.getOrDefault(operation, Double.NaN);
    }

    /** The figure's other column: how many integer additions it costs. */
    public double relative(Operation operation) {
        return picojoules(operation) / picojoules(Operation.INT_ADD);
    }

    /** A multiplication and an addition of floats, in pJ. */
    public double multiplyAccumulate() {
        return picojoules(Operation.FLOAT_MULTIPLY) + picojoules(Operation.FLOAT_ADD);
    }

    /**
     * Power of so many operations a second, in W. A billion connections fetched from DRAM 20 times a second are 12.8 W (the
     * paper's introduction).
     */
    public double watts(Operation operation, double perSecond) {
        return perSecond * picojoules(operation) * JOULES;
    }
}
