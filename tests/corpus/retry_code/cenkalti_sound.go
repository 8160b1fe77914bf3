package kling

func (c *Client) CreatePatiently(ctx context.Context, body Body) (string, error) {
	operation := func() (string, error) {
		env, err := c.create(ctx, body)
		if err != nil {
			return "", backoff.Permanent(err)
		}
		switch env.Code {
		case 0:
			return env.Data.ID, nil
		case 1302, 1303:
			return "", fmt.Errorf("busy: %s", env.Message)
		default:
			return "", backoff.Permanent(&APIError{env.Code, env.Message, env.RequestID})
		}
	}
	return backoff.Retry(ctx, operation, backoff.WithMaxTries(10), backoff.WithMaxElapsedTime(15*time.Minute))
}
