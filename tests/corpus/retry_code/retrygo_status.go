package kling

func Generate(body []byte) (res []byte, err error) {
	err = retry.Do(
		func() error {
			resp, err := http.Post(api+"/text-to-video/kling-3.0", "application/json", bytes.NewReader(body))
			if err != nil {
				return err
			}
			defer resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				return fmt.Errorf("bad status: %d", resp.StatusCode)
			}
			res, err = io.ReadAll(resp.Body)
			return err
		},
		retry.Attempts(4), 
		retry.DelayType(retry.FixedDelay),
		retry.Delay(3*time.Second),
	)
	return
}
