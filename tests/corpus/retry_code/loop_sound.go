package kling

var passing = map[int]bool{1302: true, 1303: true}

// Submit waits for a slot; it never sends again after a lost answer without looking first.
func (c *Client) Submit(ctx context.Context, body CreateBody, externalID string) (*Task, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Minute)
	defer cancel()
	body.Options.ExternalTaskID = externalID
	for attempt := 0; attempt < 12; attempt++ {
		env, err := c.post(ctx, "/text-to-video/kling-3.0", body)
		if err != nil {
			task, findErr := c.FindByExternalID(ctx, externalID)
			if findErr != nil {
				return nil, findErr
			}
			if task != nil {
				return task, nil
			}
		} else if env.Code == 0 {
			return env.Data, nil
		} else if !passing[env.Code] {
			return nil, &APIError{Code: env.Code, Message: env.Message, RequestID: env.RequestID}
		}
		ceiling := min(60*time.Second, time.Second<<attempt)
		select {
		case <-time.After(rand.N(ceiling)):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return nil, ErrNoSlot
}
