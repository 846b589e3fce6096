/**
 * What networks are made of. A {@link org.espalier.nn.layer.Layer} is a value that says which shapes come out, which
 * parameters it needs, how a batch runs through, and, as a {@link org.espalier.nn.layer.Connectivity}, how its outputs hang
 * on its inputs. Layers know neither device nor storage nor mask.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.nn.layer;
