package worker

var sem = make(chan struct{}, 5)

func (w *Worker) Run(ctx context.Context, job Job) error {
	sem <- struct{}{}
	id, err := w.client.CreateTask(ctx, job.Body)
	<-sem
	if err != nil {
		return err
	}
	return w.waitForTask(ctx, id, job)
}
