/**
 * Gets data sets from the network: {@link org.espalier.data.fetch.DataFetch}.
 *
 * <p>A file is downloaded beside its place as {@code NAME.part}, goes on from there after a cut, is checked against the
 * known MD5 of its content, and only then renamed; so what lies under a file's own name has always been checked. What
 * goes wrong is one {@link org.espalier.data.fetch.FetchException} that names the file and, for each mirror, the
 * reason.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.data.fetch;
