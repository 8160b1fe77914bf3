package queue

func (w *worker) process(ctx context.Context, j *job) {
	w.slots.Acquire(ctx, 1)
	defer w.slots.Release(1)
	id, err := w.kling.SubmitVideo(ctx, j.prompt)
	if err != nil {
		j.fail(err)
		return
	}
	j.taskID = id
	w.pollQueue <- j
}
