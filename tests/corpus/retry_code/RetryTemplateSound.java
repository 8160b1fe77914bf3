@Configuration
class RetrySetup {
    @Bean
    RetryTemplate klingReads() {
        return RetryTemplate.builder()
            .maxAttempts(4)
            .exponentialBackoff(500, 2.0, 10_000, true)
            .retryOn(ResourceAccessException.class)
            .build();
    }
}

@Service
class Tasks {
    Envelope task(String id) {
        return klingReads.execute(ctx -> rest.getForObject(base + "/tasks?task_ids=" + id, Envelope.class));
    }
}
