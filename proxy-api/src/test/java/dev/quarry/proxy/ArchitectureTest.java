package dev.quarry.proxy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

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
