export class JobRunner {
  constructor(private readonly kling: Kling, private readonly store: Store) {}

  async run(jobs: Job[]): Promise<void> {
    for (const job of jobs) {
      try {
        const id = await this.kling.createVideo(job.body, job.externalId);
        await this.store.save(job.id, id);
      } catch (error) {
        if (error instanceof KlingError && error.code === 1303) {
          await this.store.requeue(job, { delaySeconds: 30 + Math.random() * 30 });
          continue;
        }
        await this.store.fail(job.id, String(error));
      }
    }
  }
}
