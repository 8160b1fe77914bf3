package kling

// reads repeats only; creates go through http.DefaultClient.
func newReads() *retryablehttp.Client {
	reads := retryablehttp.NewClient()
	reads.RetryMax = 2
	reads.RetryWaitMin = 500 * time.Millisecond
	reads.Backoff = retryablehttp.LinearJitterBackoff
	return reads
}

func (c *Client) Task(ctx context.Context, id string) (*Envelope, error) {
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, c.base+"/tasks?task_ids="+id, nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.reads.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var env Envelope
	return &env, json.NewDecoder(resp.Body).Decode(&env)
}
