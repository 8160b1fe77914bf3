public class Runner {
    public Envelope run(Body body) throws Exception {
        int retries = 3;
        while (retries-- > 0) {
            try {
                return kling.submitTask(body);
            } catch (IOException | TimeoutException e) {
                log.info("again", e);
                TimeUnit.SECONDS.sleep(2);
            }
        }
        return null;
    }
}
