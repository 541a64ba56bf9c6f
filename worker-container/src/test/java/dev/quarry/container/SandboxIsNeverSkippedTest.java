package dev.quarry.container;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Where Landlock or seccomp is not active the sandbox's tests must fail: skipped ones would pass for a build that tested it. */
@AnalyzeClasses(packages = "dev.quarry.container", importOptions = ImportOption.OnlyIncludeTests.class)
class SandboxIsNeverSkippedTest {
    @ArchTest
    static final ArchRule noTestOfTheSandboxCanBeSkipped = noClasses()
            .that()
            .haveNameMatching(".*\\.(SandboxTest|HostileExtractorTest|AgentExtractorTest|AgentTest)")
            .should()
            .dependOnClassesThat(JavaClass.Predicates.type(org.junit.jupiter.api.Assumptions.class)
                    .or(JavaClass.Predicates.type(org.junit.jupiter.api.Disabled.class))
                    .or(JavaClass.Predicates.resideInAPackage("org.junit.jupiter.api.condition..")));
}
