package main

func fetch(ctx context.Context, c *http.Client, url string) (body []byte, err error) {
	err = backoff.Retry(func() error {
		resp, err := c.Get(url)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		body, err = io.ReadAll(resp.Body)
		return err
	}, backoff.WithMaxRetries(backoff.NewConstantBackOff(5*time.Second), 4))
	return body, err
}
