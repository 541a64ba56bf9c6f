package dev.quarry.proxy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import dev.quarry.proxy.store.ForwardingStoreLister;
import dev.quarry.proxy.store.StoreLister;

@AnalyzeClasses(packages = "dev.quarry", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule IT_DEPENDS_ON_NO_OTHER_MODULE = noClasses()
            .that()
            .resideInAPackage("dev.quarry.proxy..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.quarry.workflow..",
                    "dev.quarry.activity..",
                    "dev.quarry.container..",
                    "dev.quarry.dev..",
                    "dev.quarry.postgres..");

    @ArchTest
    static final ArchRule STORES_KNOW_NOTHING_OF_RUNS_AND_ATTEMPTS = noClasses()
            .that()
            .resideInAPackage("dev.quarry.proxy.store..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.quarry.proxy.run..", "dev.quarry.proxy.unit..", "dev.quarry.proxy.attempt..");

    @ArchTest
    static final ArchRule ONLY_THE_ATTEMPT_PACKAGE_READS_STORES_FOR_AGENTS = noClasses()
            .that()
            .resideOutsideOfPackages("dev.quarry.proxy.store..", "dev.quarry.proxy.attempt..")
            .should()
            .dependOnClassesThat()
            .haveSimpleName("StoreReader");

    /** Else it is forgotten to hand something on, and the store behind is not split, or its throttles are not seen. */
    @ArchTest
    static final ArchRule WHO_WRAPS_A_LISTER_HANDS_ON_WHAT_IT_DOES_NOT_CHANGE = noClasses()
            .that()
            .implement(StoreLister.class)
            .and()
            .areNotAssignableTo(ForwardingStoreLister.class)
            .should(haveAFieldOf(StoreLister.class));

    private static ArchCondition<JavaClass> haveAFieldOf(Class<?> type) {
        return ArchCondition.from(DescribedPredicate.describe(
                "have a field of " + type.getSimpleName(),
                one -> one.getFields().stream()
                        .anyMatch(field -> field.getRawType().isAssignableTo(type))));
    }

    @ArchTest
    static final ArchRule KEYS_STAY_IN_THE_SECURITY_PACKAGE = classes()
            .that()
            .haveSimpleName("MasterKey")
            .or()
            .haveSimpleName("SealedKeys")
            .should()
            .onlyBeAccessed()
            .byAnyPackage("dev.quarry.proxy.security");

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_THINGS_ARE = noClasses()
            .that()
            .areTopLevelClasses()
            .should()
            .haveNameMatching(".*(Manager|Helper|Util|Utils|Processor|Service|Dto|DTO|Common)")
            .orShould()
            .resideInAnyPackage("..util..", "..common..", "..helper..", "..service..", "..dto..");
}
