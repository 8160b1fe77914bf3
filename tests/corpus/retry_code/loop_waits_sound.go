package svc

func jitter(d time.Duration) time.Duration { return time.Duration(rand.Int63n(int64(d))) }

func (s *Svc) query(ctx context.Context, id string) (*Task, error) {
	var last error
	for _, wait := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
		task, err := s.kling.GetTask(ctx, id)
		if err == nil {
			return task, nil
		}
		last = err
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(jitter(wait)):
		}
	}
	return nil, last
}
