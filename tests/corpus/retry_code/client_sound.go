package kling

type Envelope struct {
	Code      int             `json:"code"`
	Message   string          `json:"message"`
	RequestID string          `json:"request_id"`
	Data      json.RawMessage `json:"data"`
}

func (c *Client) do(ctx context.Context, method, path string, body any) (*Envelope, error) {
	buf, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(buf))
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	var env Envelope
	if err := json.Unmarshal(raw, &env); err != nil {
		return nil, fmt.Errorf("http %d: %s", resp.StatusCode, raw)
	}
	if env.Code != 0 {
		return nil, &Error{env.Code, env.Message, env.RequestID}
	}
	return &env, nil
}

func (c *Client) Get(ctx context.Context, id string) (env *Envelope, err error) {
	for n := 0; n < 3; n++ {
		if env, err = c.do(ctx, http.MethodGet, "/tasks?task_ids="+id, nil); err == nil {
			return env, nil
		}
		time.Sleep(time.Duration(rand.Int63n(int64(time.Second) << n)))
	}
	return nil, err
}
