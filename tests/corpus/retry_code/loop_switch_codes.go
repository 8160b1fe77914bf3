package kling

func isRetryable(code int) bool {
	switch code {
	case 1302, 1303, 1301:
		return true
	}
	return false
}

func (c *Client) Do(ctx context.Context, body Body) (*Envelope, error) {
	for n := 0; n < 5; n++ {
		env, err := c.submitTask(ctx, body)
		if err != nil {
			return nil, err
		}
		if !isRetryable(env.Code) {
			return env, nil
		}
		time.Sleep(time.Second << n)
	}
	return nil, errors.New("kling: out of attempts")
}
