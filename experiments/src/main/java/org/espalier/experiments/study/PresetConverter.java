package org.espalier.experiments.study;

import java.util.Arrays;
import org.espalier.experiments.run.NearestName;
import picocli.CommandLine.ITypeConverter;

/** Reads a preset's name. */
final class PresetConverter implements ITypeConverter<Preset> {
    @Override
    public Preset convert(String name) {
        return Arrays.stream(Preset.values())
                .filter(preset -> preset.label().equals(name))
                .findFirst()
                .orElseThrow(() -> NearestName.unknown(
                        "preset", name, Arrays.stream(Preset.values()).map(Preset::label).toList()));
    }
}
