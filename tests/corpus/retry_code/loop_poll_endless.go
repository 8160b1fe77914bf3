package main

func waitTask(c *http.Client, id string) (*Task, error) {
	for {
		req, _ := http.NewRequest(http.MethodGet, base+"/tasks?task_ids="+id, nil)
		resp, err := c.Do(req)
		if err != nil {
			return nil, err
		}
		var out TasksResponse
		err = json.NewDecoder(resp.Body).Decode(&out)
		resp.Body.Close()
		if err != nil {
			return nil, err
		}
		switch out.Data[0].Status {
		case "succeed":
			return &out.Data[0], nil
		case "failed":
			return nil, fmt.Errorf("task failed: %s", out.Data[0].Message)
		}
		time.Sleep(500 * time.Millisecond)
	}
}
