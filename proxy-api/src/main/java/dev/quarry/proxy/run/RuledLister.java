package dev.quarry.proxy.run;

import dev.quarry.proxy.filter.FilterRules;
import dev.quarry.proxy.store.StoreLister;
import java.util.function.Supplier;

/**
 * A lister with the rules that it lists by, which stay together when another call goes on with it.
 *
 * @param rules asked after it has listed something
 */
record RuledLister(StoreLister lister, Supplier<FilterRules> rules) {}
