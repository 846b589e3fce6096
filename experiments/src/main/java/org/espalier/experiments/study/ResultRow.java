package org.espalier.experiments.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One measured number in the long format that all experiments share.
 *
 * @param paper such as {@code Han 2015}
 * @param study such as {@code han-table1}
 * @param network name of the network
 * @param dataset name of the data set
 * @param method such as {@code dense} or {@code magnitude}
 * @param mode how it was applied, such as {@code iterative}
 * @param targetCompression all weights over those that should be kept; 1 for dense
 * @param directCompression all weights over those that the masks keep
 * @param effectiveCompression the same with weights on dead paths counted as removed; NaN where it is not measured
 * @param seed of the run
 * @param metric what was measured
 * @param value the number
 * @param reduced {@code false}, or {@code true} and what was reduced
 */
@JsonPropertyOrder({
    "paper", "study", "network", "dataset", "method", "mode", "target_compression", "direct_compression",
    "effective_compression", "seed", "metric", "value", "reduced"
})
public record ResultRow(
        String paper,
        String study,
        String network,
        String dataset,
        String method,
        String mode,
        @JsonProperty("target_compression") double targetCompression,
        @JsonProperty("direct_compression") double directCompression,
        @JsonProperty("effective_compression") double effectiveCompression,
        long seed,
        String metric,
        double value,
        String reduced) {
    private static final String HEADER =
            "paper,study,network,dataset,method,mode,target_compression,direct_compression,"
                    + "effective_compression,seed,metric,value,reduced";

    /** A CSV file with a line of headings; what is not known is empty. */
    public static String csv(List<ResultRow> rows) {
        return rows.stream().map(ResultRow::csv).collect(Collectors.joining("", HEADER + "\n", ""));
    }

    private String csv() {
        return Csv.line(List.of(
                paper,
                study,
                network,
                dataset,
                method,
                mode,
                number(targetCompression),
                number(directCompression),
                number(effectiveCompression),
                Long.toString(seed),
                metric,
                number(value),
                reduced));
    }

    private static String number(double value) {
        return Double.isNaN(value)
                ? ""
                : value == Math.rint(value) && Math.abs(value) < 1e15
                        ? Long.toString((long) value)
                        : Double.toString(value);
    }
}
