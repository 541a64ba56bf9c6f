package dev.quarry.activity;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/** Dependencies point one way. Each rule was seen failing on a class that breaks it. */
class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.quarry");

    @Test
    void workflowsDoNotKnowActivities() {
        noClasses()
                .that()
                .resideInAPackage("dev.quarry.workflow..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.quarry.activity..")
                .check(MAIN);
    }

    @Test
    void nothingHereKnowsTheApiOrTheAgent() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.quarry.proxy..", "dev.quarry.container..", "dev.quarry.dev..", "java.sql..")
                .check(MAIN);
    }

    @Test
    void backendsDoNotKnowEachOther() {
        SlicesRuleDefinition.slices()
                .matching("dev.quarry.activity.(process|nomad|ecs)..")
                .should()
                .notDependOnEachOther()
                .check(MAIN);
    }

    @Test
    void backendsKnowNothingOfTemporalOrTheApi() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.quarry.activity.process..", "dev.quarry.activity.nomad..", "dev.quarry.activity.ecs..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.temporal..", "dev.quarry.activity.control..")
                .check(MAIN);
    }

    @Test
    void packagesAreNounsOfTheTrade() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..common..", "..service..", "..helper..", "..dto..")
                .check(MAIN);
        noClasses()
                .should()
                .haveNameMatching(".*(Manager|Helper|Util|Utils|Processor|Service|Dto)")
                .check(MAIN);
    }
}
