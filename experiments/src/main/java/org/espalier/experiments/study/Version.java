package org.espalier.experiments.study;

import org.espalier.experiments.run.CodeVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the release, the commit, the Java that runs it. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String release = Version.class.getPackage().getImplementationVersion();
        CodeVersion code = CodeVersion.ofThisProgram();
        return new String[] {
            "espalier " + (release == null ? "development" : release),
            "commit " + code.commit() + (code.isClean() ? "" : ", with changes"),
            "Java " + Runtime.version()
        };
    }
}
