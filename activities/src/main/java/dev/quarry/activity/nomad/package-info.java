/** Jobs on a Nomad cluster: one registered batch job an attempt, followed by Nomad's event stream and bulk reads. */
@NullMarked
package dev.quarry.activity.nomad;

import org.jspecify.annotations.NullMarked;
