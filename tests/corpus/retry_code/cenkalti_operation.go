package main

func submitWithBackoff(c *kling.Client, body kling.Body) (id string, err error) {
	operation := func() error {
		resp, err := c.CreateVideo(body)
		if err != nil {
			return err
		}
		id = resp.ID
		return nil
	}
	b := backoff.NewExponentialBackOff()
	b.MaxElapsedTime = 0
	return id, backoff.Retry(operation, b)
}
