/**
 * The data sets by name: {@link org.espalier.data.catalog.Datasets} opens them, {@link
 * org.espalier.data.catalog.DataList} and {@link org.espalier.data.catalog.DataCheck} say what is there. {@link
 * org.espalier.data.catalog.DataFolders} holds the one rule about where data lie. Sets that have no name here need
 * none: whoever implements {@link org.espalier.data.Dataset} passes the value itself.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.data.catalog;
