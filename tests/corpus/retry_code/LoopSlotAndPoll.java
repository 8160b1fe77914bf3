@Component
public class Render {
    @Scheduled(fixedDelay = 1000)
    void tick() {}

    Video run(Job job) throws Exception {
        semaphore.acquire();
        String id = kling.submit(job.body());
        semaphore.release();
        for (;;) {
            Task t = kling.getTask(id);
            if (t.getStatus().equals("succeeded") || t.getStatus().equals("failed")) {
                return t.video();
            }
            Thread.sleep(1000);
        }
    }
}
