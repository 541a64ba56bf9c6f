package dev.quarry.workflow;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Workflow code must decide the same at every replay. Each rule was seen failing on a class that breaks it. */
class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.quarry.workflow");

    @Test
    void workflowsDependOnTheTemporalSdkOnly() {
        check(classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.quarry.workflow", "java..", "io.temporal..", "org.slf4j", "org.jspecify..")
                .allowEmptyShould(false));
    }

    @Test
    void workflowsHaveNoClock() {
        check(noClasses().should().callMethod(java.time.Instant.class, "now"));
        check(noClasses().should().callMethod(System.class, "currentTimeMillis"));
        check(noClasses().should().callMethod(System.class, "nanoTime"));
        check(noClasses().should().dependOnClassesThat().areAssignableTo(java.time.Clock.class));
    }

    @Test
    void workflowsHaveNoChance() {
        check(noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.util.Random"));
        check(noClasses().should().callMethod(java.util.UUID.class, "randomUUID"));
        check(noClasses().should().callMethod(Math.class, "random"));
    }

    @Test
    void workflowsHaveNoThreadsAndDoNoIo() {
        check(noClasses().should().dependOnClassesThat().areAssignableTo(Thread.class));
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent..", "java.io", "java.nio..", "java.net..", "java.sql.."));
    }

    @Test
    void workflowsLogThroughTheSdkWhichIsSilentAtReplay() {
        check(noClasses().should().dependOnClassesThat().haveFullyQualifiedName("org.slf4j.LoggerFactory"));
    }

    private static void check(ArchRule rule) {
        rule.check(MAIN);
    }
}
