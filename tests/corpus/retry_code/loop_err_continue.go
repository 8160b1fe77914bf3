package kling

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

func (c *Client) Create(payload []byte) (*Envelope, error) {
	var lastErr error
	for i := 0; i < 3; i++ {
		req, _ := http.NewRequest("POST", c.base+"/text-to-video/kling-3.0", bytes.NewReader(payload))
		req.Header.Set("Authorization", "Bearer "+c.key)
		resp, err := c.http.Do(req)
		if err != nil {
			lastErr = err
			time.Sleep(2 * time.Second)
			continue
		}
		defer resp.Body.Close()
		var env Envelope
		if err := json.NewDecoder(resp.Body).Decode(&env); err != nil {
			return nil, err
		}
		return &env, nil
	}
	return nil, fmt.Errorf("create: %w", lastErr)
}
