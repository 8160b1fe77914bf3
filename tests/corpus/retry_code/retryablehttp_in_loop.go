package main

func newClient() *http.Client {
	client := retryablehttp.NewClient()
	client.RetryMax = 3
	client.Backoff = retryablehttp.LinearJitterBackoff
	client.CheckRetry = readOnlyPolicy
	return client.StandardClient()
}

var api = newClient()

func getTask(id string) (t Task, err error) {
	for attempt := 1; attempt <= 5; attempt++ {
		var resp *http.Response
		resp, err = api.Get(base + "/tasks?task_ids=" + id)
		if err == nil {
			err = json.NewDecoder(resp.Body).Decode(&t)
			return t, err
		}
		time.Sleep(time.Duration(rand.Int63n(int64(attempt) * int64(time.Second))))
	}
	return t, err
}
