package kling

func (c *Client) Wait(ctx context.Context, id string) (*Task, error) {
	t := time.NewTimer(15 * time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-t.C:
		}
		task, err := c.GetTask(ctx, id)
		if err != nil {
			return nil, err
		}
		switch task.Status {
		case "succeed", "succeeded":
			return task, nil
		case "failed":
			return nil, errors.New(task.Message)
		}
		t.Reset(8*time.Second + rand.N(4*time.Second))
	}
}
