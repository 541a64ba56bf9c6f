package dev.quarry.container;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.quarry", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] AGENT = {
        "dev.quarry.container",
        "dev.quarry.container.job",
        "dev.quarry.container.report",
        "dev.quarry.container.item",
        "dev.quarry.container.extractor"
    };

    @ArchTest
    static final ArchRule theAgentLoadsNoParser = noClasses()
            .that()
            .resideInAnyPackage(AGENT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache..",
                    "com.drew..",
                    "javax.imageio..",
                    "java.awt..",
                    "dev.quarry.container.tika..",
                    "dev.quarry.container.image..",
                    "dev.quarry.container.warm..",
                    "dev.quarry.container.train..");

    @ArchTest
    static final ArchRule extractorsKnowNothingOfTheAgent = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.quarry.container.tika..", "dev.quarry.container.image..", "dev.quarry.container.warm..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(AGENT);

    @ArchTest
    static final ArchRule thisModuleDependsOnNoOther = classes()
            .that()
            .resideInAPackage("dev.quarry..")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackages(
                    "dev.quarry.workflow..", "dev.quarry.activity..", "dev.quarry.proxy..", "dev.quarry.dev..");
}
