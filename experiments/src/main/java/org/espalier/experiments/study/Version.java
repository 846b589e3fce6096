package org.espalier.experiments.study;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import org.espalier.experiments.run.CodeVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the release, the commit, the Java that runs it. */
public final class Version implements IVersionProvider {
    private static final String WRITTEN_BY_THE_BUILD = "version.properties";

    @Override
    public String[] getVersion() {
        CodeVersion code = CodeVersion.ofThisProgram();
        return new String[] {
            "espalier " + release(),
            "commit " + code.commit() + (code.isClean() ? "" : ", with changes"),
            "Java " + Runtime.version()
        };
    }

    /** The version in the project's pom, such as {@code 0.1.0}. */
    public static String release() {
        try (InputStream in = Objects.requireNonNull(Version.class.getResourceAsStream(WRITTEN_BY_THE_BUILD))) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException cause) {
            throw new UncheckedIOException("a resource can't be read: " + WRITTEN_BY_THE_BUILD, cause);
        }
    }
}
