package dev.quarry.proxy;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The service that holds the store credentials and the database. Settings: {@link QuarrySettings}. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class ProxyApi {
    public static void main(String[] args) {
        SpringApplication.run(ProxyApi.class, args);
    }
}
