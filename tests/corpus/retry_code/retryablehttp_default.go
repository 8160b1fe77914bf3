package kling

import (
	"github.com/hashicorp/go-retryablehttp"
)

func New(key string) *Client {
	rc := retryablehttp.NewClient()
	rc.RetryMax = 6
	rc.Logger = nil
	return &Client{http: rc, key: key}
}

func (c *Client) Create(body []byte) (*http.Response, error) {
	req, err := retryablehttp.NewRequest("POST", base+"/v1/videos/text2video", body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.key)
	return c.http.Do(req)
}
